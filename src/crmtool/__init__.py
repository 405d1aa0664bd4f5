"""crmtool: tier rules, RFM scores and ready-to-use workbooks for a customer ledger.

Kept empty of imports so that `crmtool --help` stays fast; the public names are in `crmtool.api`.
"""

__version__ = "0.1.0"
