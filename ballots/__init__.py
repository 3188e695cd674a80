"""The vote on a measure: polling days, stations, boxes, returns, canvass."""
