"""Suites of questions with thresholds: data apart from scorers, results compared with the accepted ones."""
