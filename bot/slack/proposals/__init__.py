"""Cards of proposals, and what people decide on them."""
