namespace Licenzy.Usage;

/// <summary><c>POST /v1/usage/reverse</c>: takes a consumption back, once, wholly or in part.</summary>
public sealed record ReverseUsageRequest
{
    /// <summary><see cref="ConsumeUsageResponse.ConsumptionId"/> of a consumption or a commit.</summary>
    public required string ConsumptionId { get; init; }

    /// <summary>Units to give back, 1 to as many as were consumed; all of them where absent.</summary>
    public long? Units { get; init; }
}

/// <summary>What was given back and what is left.</summary>
public sealed record ReverseUsageResponse
{
    /// <summary>Always <see langword="true"/>: a refusal is an error, not an answer.</summary>
    public required bool Ok { get; init; }

    /// <summary>Units that went back to the rights they came from.</summary>
    public required long Reversed { get; init; }

    /// <summary>Units left over all usable rights of the subject. What went back to a right that is over is not among them.</summary>
    public required long UsageRemaining { get; init; }

    /// <summary>The consumption.</summary>
    public required string ConsumptionId { get; init; }
}
