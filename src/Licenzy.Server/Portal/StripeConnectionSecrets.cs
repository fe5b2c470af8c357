using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Portal;

/// <summary>Opens and seals a connection's secrets; each is bound to its workspace, mode and field.</summary>
internal sealed class StripeConnectionSecrets(Sealer sealer, ILogger<StripeConnectionSecrets> logger)
{
    private const string KeyField = "stripe_connections.secret_key";
    private const string WebhookField = "stripe_connections.webhook_secret";

    public byte[] SealKey(Scope scope, string secretKey) => sealer.Seal(scope, KeyField, secretKey);

    public byte[] SealWebhookSecret(Scope scope, string secret) => sealer.Seal(scope, WebhookField, secret);

    public string Key(StripeConnectionRow connection) => sealer.Open(connection.Scope, KeyField, connection.SecretKey);

    /// <summary>The signing secret; <see langword="null"/> where it cannot be read, which concerns that connection alone.</summary>
    public string? TryWebhookSecret(StripeConnectionRow connection)
    {
        try
        {
            return sealer.Open(connection.Scope, WebhookField, connection.WebhookSecret!);
        }
        catch (CryptographicException unreadable)
        {
            Log.SecretUnreadable(logger, unreadable, connection.Id);
            return null;
        }
    }
}
