namespace Licenzy.Domain.Usage;

/// <summary>What sort of movement of units a row of the ledger is.</summary>
public enum LedgerKind
{
    /// <summary>Units came with a right, or with its new period.</summary>
    Grant,

    /// <summary>Units were consumed at once.</summary>
    Consume,

    /// <summary>Units were set aside.</summary>
    Hold,

    /// <summary>Units that were set aside are consumed.</summary>
    Commit,

    /// <summary>Units that were set aside came back.</summary>
    Release,

    /// <summary>Consumed units came back.</summary>
    Reverse,

    /// <summary>The time of units is over: of a period's, which are gone; of a right's, which stay on record and are usable to nobody.</summary>
    Expire,

    /// <summary>The balance was corrected, by an operator or because less is included from now on.</summary>
    Adjust,
}

/// <summary>One row of the ledger: what became of units of one right.</summary>
/// <param name="Kind">What sort of movement.</param>
/// <param name="Amount">How many units it is about, at least 1.</param>
/// <param name="Balance">By how much the units left grew; below zero where they became fewer.</param>
/// <param name="Held">By how much the units set aside grew; below zero where they became fewer.</param>
/// <param name="PeriodStart">The start of the period the units are of, where they are a subscription's: they never come back into a later one.</param>
public sealed record UnitMovement(LedgerKind Kind, long Amount, long Balance, long Held = 0, DateTimeOffset? PeriodStart = null);
