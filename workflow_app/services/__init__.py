"""Operations: one public function, one transaction."""
