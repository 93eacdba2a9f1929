"""The closed tables that data may name: facts, effects, computed fields."""
