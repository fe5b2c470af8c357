namespace Licenzy.Webhooks;

/// <summary>Why a delivery was not taken.</summary>
public enum WebhookRefusal
{
    /// <summary>One of the three headers is missing, or is not what it must be.</summary>
    HeadersUnusable,

    /// <summary>The timestamp is too far from the receiver's clock: an old delivery played again, or a clock that is wrong.</summary>
    OutsideTolerance,

    /// <summary>None of the secrets made any of the signatures: another sender, another secret, or bytes that were changed on the way.</summary>
    SignatureMismatch,

    /// <summary>Signed, but the body is no event that this version can read.</summary>
    BodyUnreadable,
}

/// <summary>What became of a delivery: an event that can be trusted, or why there is none.</summary>
public sealed record WebhookReading
{
    private WebhookReading()
    {
    }

    /// <summary>The event; <see langword="null"/> where it was refused.</summary>
    public WebhookEvent? Event { get; private init; }

    /// <summary>Why it was refused; <see langword="null"/> where there is an event.</summary>
    public WebhookRefusal? Refusal { get; private init; }

    /// <summary>Verifies a delivery, and only then reads its body. Answer a refusal with 400.</summary>
    /// <inheritdoc cref="WebhookSignature.Verify" path="/param"/>
    /// <exception cref="FormatException">A secret is not <c>whsec_</c> and Base64; the message does not repeat it.</exception>
    public static WebhookReading Of(
        IEnumerable<string> secrets, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        if (WebhookSignature.Refuse(secrets, id, timestamp, signatures, body, now, tolerance) is { } refusal)
            return new() { Refusal = refusal };
        return WebhookEvent.TryParse(body, out var received) ? new() { Event = received } : new() { Refusal = WebhookRefusal.BodyUnreadable };
    }
}
