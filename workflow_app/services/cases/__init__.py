"""Operations on a case: opened, moved, confirmed, commented, recorded."""
