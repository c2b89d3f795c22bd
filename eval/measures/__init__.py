"""Measures: functions of plain values, each with its definition and source."""
