using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Stripe;

/// <summary>
/// Notes at a connection whether Stripe still takes its key: revoked there, it is refused by every call from then on, and the portal should say so.
/// </summary>
internal sealed class StripeKeyWatch(Db db)
{
    private const int MostRemembered = 10_000;

    // Whose key a call is made with. By its hash: this lives longer than a call should hold a key.
    private readonly ConcurrentDictionary<string, StripeConnectionRow> _opened = new(StringComparer.Ordinal);

    public void Opened(StripeConnectionRow connection, string secretKey)
    {
        if (_opened.Count > MostRemembered)
        {
            _opened.Clear();
        }

        _opened[HashOf(secretKey)] = connection;
    }

    /// <summary>Stripe took the key, or refused it. Nothing is written while that is what the connection says.</summary>
    public async Task HeardAsync(string secretKey, bool isTaken)
    {
        var status = isTaken ? StripeConnectionStore.Connected : StripeConnectionStore.Invalid;
        if (!_opened.TryGetValue(HashOf(secretKey), out var connection) || connection.Status == status)
        {
            return;
        }

        try
        {
            await db.WriteAsync(session => StripeConnectionStore.SetStatusAsync(session, connection, status), CancellationToken.None).ConfigureAwait(false);
            _opened[HashOf(secretKey)] = connection with { Status = status };
        }
        catch (StorageUnavailableException)
        {
            // The next call says it again; the one that was made must not fail for it.
        }
    }

    private static string HashOf(string secretKey) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secretKey)));
}
