"""The ground floor: what a workspace is. Everybody may import it; it imports nobody."""
