"""The JSON behind the sandbox page: what one person sees, and the acts they ask for."""
