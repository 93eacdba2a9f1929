"""Pages: what a browser sends is bound, handed to one service, and shown again."""
