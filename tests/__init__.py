"""Tests of Esep; they mirror the rooms."""
