"""What rates, segregation, inequality, trends and scans say in plain words, in German and English.

Each text says what the numbers show, and what they do not. Importing this module teaches `read_result` all of them.
"""

from spatial.statistics import development_words, distribution_words, rates_words
from spatial.statistics.development_words import read_breaks
from spatial.statistics.distribution_words import read_correction
from spatial.statistics.rates_words import read_crude_ratios, read_stratified_ratios
from spatial.statistics.wording import read_result

__all__ = [
    "development_words",
    "distribution_words",
    "rates_words",
    "read_breaks",
    "read_correction",
    "read_crude_ratios",
    "read_result",
    "read_stratified_ratios",
]
