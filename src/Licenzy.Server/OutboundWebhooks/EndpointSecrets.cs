using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Opens and seals an endpoint's signing secrets; each is bound to its workspace, mode and field.</summary>
internal sealed class EndpointSecrets(Sealer sealer)
{
    private const string Field = "webhook_endpoints.secret";
    private const string PreviousField = "webhook_endpoints.previous_secret";
    private const string Prefix = "whsec_";
    private const int Size = 32;

    /// <summary>A new one, as Standard Webhooks writes them: <c>whsec_</c> and Base64 of 32 random bytes.</summary>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size));

    /// <summary>What may be shown of one ever after.</summary>
    public static string Hint(string secret) => $"{Prefix}…{secret[^4..]}";

    public byte[] Seal(Scope scope, string secret) => sealer.Seal(scope, Field, secret);

    /// <summary>The present secret, sealed for the place of the one before.</summary>
    public byte[] SealAsPrevious(EndpointRow endpoint) => sealer.Seal(endpoint.Scope, PreviousField, Open(endpoint));

    /// <exception cref="CryptographicException">The database's key is another one, or the row was changed.</exception>
    public string Open(EndpointRow endpoint) => sealer.Open(endpoint.Scope, Field, endpoint.Secret);

    /// <summary>The one before, if there was one.</summary>
    /// <exception cref="CryptographicException">The database's key is another one, or the row was changed.</exception>
    public string? OpenPrevious(EndpointRow endpoint) => endpoint.PreviousSecret is { } previous ? sealer.Open(endpoint.Scope, PreviousField, previous) : null;
}
