namespace Licenzy.Server.Hosting;

/// <summary>What a route asks of its caller. Every route says it; a convention test finds those that do not.</summary>
internal enum CredentialsRule
{
    /// <summary>Nothing: health, documents, return pages.</summary>
    None,

    /// <summary>A runtime key, <c>lz_test_</c> or <c>lz_live_</c>.</summary>
    RuntimeKey,

    /// <summary>An admin key, <c>lz_admin_</c>, or the cookie of a signed-in operator.</summary>
    Portal,

    /// <summary>Nothing from this very machine, an admin key from anywhere else.</summary>
    LocalOrAdminKey,

    /// <summary>Stripe's signature over the body, checked by the endpoint itself.</summary>
    StripeSignature,
}

/// <summary>The rule in a route's metadata.</summary>
internal sealed record RequiredCredentials(CredentialsRule Rule);
