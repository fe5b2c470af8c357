namespace Licenzy.Usage;

/// <summary><c>POST /v1/usage/consume</c>: takes all units or none. Needs an Idempotency-Key.</summary>
public sealed record ConsumeUsageRequest
{
    /// <summary>Your own id of the customer, 1–255 characters, compared ordinally.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>Units to take, 1 to 1,000,000,000.</summary>
    public required long Units { get; init; }
}

/// <summary>What was taken and what is left.</summary>
public sealed record ConsumeUsageResponse
{
    /// <summary>Always <see langword="true"/>: a refusal is an error, not an answer.</summary>
    public required bool Ok { get; init; }

    /// <summary>Units taken.</summary>
    public required long Consumed { get; init; }

    /// <summary>Units left over all usable rights of the subject.</summary>
    public required long UsageRemaining { get; init; }

    /// <summary><c>use_</c> and a ULID; names this consumption in the ledger.</summary>
    public required string ConsumptionId { get; init; }
}
