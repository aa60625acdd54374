"""Two tiny services to try it on: `box` takes things into boxes in rooms, `shelf` hears of it and takes stock."""
