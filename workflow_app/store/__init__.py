"""Tables and questions: the only floor that knows SQLAlchemy."""
