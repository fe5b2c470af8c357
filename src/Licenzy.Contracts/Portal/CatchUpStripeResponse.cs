namespace Licenzy.Portal;

/// <summary>What a step of <c>POST /portal/stripe/catch-up</c> brought.</summary>
public sealed record CatchUpStripeResponse
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>From when on Stripe was asked for events.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Until when everything that happened at Stripe is known now.</summary>
    public required DateTimeOffset Through { get; init; }

    /// <summary>How many events Stripe listed, or how many objects were compared after an outage longer than Stripe's memory.</summary>
    public required long Listed { get; init; }

    /// <summary>How many of them were not known here.</summary>
    public required long Missed { get; init; }

    /// <summary>Whether nothing is left; otherwise the next call goes on.</summary>
    public required bool Complete { get; init; }
}
