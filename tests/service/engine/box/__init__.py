"""Two tiny services that the engine is tried on: `box` takes things into boxes in rooms, `shelf` hears of it and takes stock."""
