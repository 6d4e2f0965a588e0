"""Pure: the `.rocky` pipeline language, lowered to SQL text that remembers its places."""
