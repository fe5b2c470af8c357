using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Stripe;

/// <summary>Opens and seals a connection's secrets; each is bound to its workspace, mode and field.</summary>
internal sealed class StripeConnectionSecrets(Sealer sealer, StripeKeyWatch watch, ILogger<StripeConnectionSecrets> logger)
{
    private const string KeyField = "stripe_connections.secret_key";
    private const string WebhookField = "stripe_connections.webhook_secret";

    private const string PreviousWebhookField = "stripe_connections.previous_webhook_secret";

    public byte[] SealKey(Scope scope, string secretKey) => sealer.Seal(scope, KeyField, secretKey);

    public byte[] SealWebhookSecret(Scope scope, string secret) => sealer.Seal(scope, WebhookField, secret);

    public byte[] SealPreviousWebhookSecret(Scope scope, string secret) => sealer.Seal(scope, PreviousWebhookField, secret);

    public string Key(StripeConnectionRow connection)
    {
        var key = sealer.Open(connection.Scope, KeyField, connection.SecretKey);
        watch.Opened(connection, key);
        return key;
    }

    /// <summary>The signing secret; <see langword="null"/> where it cannot be read, which concerns that connection alone.</summary>
    public string? TryWebhookSecret(StripeConnectionRow connection) => TryOpen(connection, WebhookField, connection.WebhookSecret);

    /// <summary>The secrets that events may be signed with at an instant: the present one, and the one before while the overlap lasts.</summary>
    public IEnumerable<string> WebhookSecrets(StripeConnectionRow connection, DateTimeOffset now)
    {
        if (TryWebhookSecret(connection) is { } present)
        {
            yield return present;
        }

        if (connection.HasPrevious(now) && TryOpen(connection, PreviousWebhookField, connection.PreviousWebhookSecret) is { } previous)
        {
            yield return previous;
        }
    }

    private string? TryOpen(StripeConnectionRow connection, string field, byte[]? secret)
    {
        if (secret is null)
        {
            return null;
        }

        try
        {
            return sealer.Open(connection.Scope, field, secret);
        }
        catch (CryptographicException unreadable)
        {
            Log.SecretUnreadable(logger, unreadable, connection.Id);
            return null;
        }
    }
}
