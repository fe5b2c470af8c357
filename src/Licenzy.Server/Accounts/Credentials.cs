using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Licenzy.Server.Accounts;

/// <summary>Finds out who calls, before anything of the body is read (SECURITY T60).</summary>
internal sealed class Credentials(KeyStore keys, KnownKeys known, PortalCredentials portal, TimeProvider clock)
{
    // Byte-equal for unknown, malformed, revoked and expired keys: none of them may be told apart (SECURITY T3).
    public static readonly Refusal Invalid = new(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidApiKey, "The API key is not valid.");

    public static readonly Refusal Missing = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.MissingBearerToken, "Send the API key as Authorization: Bearer <key>.");

    private static readonly Refusal Suspended = new(
        StatusCodes.Status403Forbidden, ErrorCodes.WorkspaceSuspended, "The key's workspace is suspended.");

    /// <summary>Puts the caller into the request's features, or says why not.</summary>
    public async Task<Refusal?> CheckAsync(HttpContext context, CredentialsRule rule)
    {
        if (rule is CredentialsRule.None or CredentialsRule.StripeSignature || (rule == CredentialsRule.LocalOrAdminKey && LocalCaller.Is(context)))
        {
            return null;
        }

        if (BearerToken(context.Request.Headers.Authorization) is not { } key)
        {
            return rule == CredentialsRule.Portal ? await portal.ByCookieAsync(context).ConfigureAwait(false) : Missing;
        }

        // A wrong checksum never reaches the database (SECURITY T1).
        if (KeyFormat.KindOf(key) is not { } kind)
        {
            return Invalid;
        }

        var hash = ApiKeyMapping.HashOf(key);
        return (kind, rule) switch
        {
            (KeyKind.Admin, CredentialsRule.Portal) => await portal.ByKeyAsync(context, hash).ConfigureAwait(false),
            (KeyKind.Admin, _) => await AdminAsync(context, rule, hash).ConfigureAwait(false),
            _ => await RuntimeAsync(context, rule, kind, hash).ConfigureAwait(false),
        };
    }

    // An admin key where no workspace is asked for.
    private async Task<Refusal?> AdminAsync(HttpContext context, CredentialsRule rule, byte[] hash)
    {
        var key = await keys.FindAdminKeyAsync(hash, context.RequestAborted).ConfigureAwait(false);
        if (key is not { RevokedAt: null } || !CryptographicOperations.FixedTimeEquals(key.Hash, hash))
        {
            return Invalid;
        }

        context.Features.Set(new KnownKey(key.Id));
        if (rule != CredentialsRule.LocalOrAdminKey)
        {
            return WrongKind(rule);
        }

        keys.Used(KeyTable.Admin, key.AccountId, key.Id);
        return null;
    }

    private async Task<Refusal?> RuntimeAsync(HttpContext context, CredentialsRule rule, KeyKind kind, byte[] hash)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (rule == CredentialsRule.RuntimeKey && known.Find(hash) is { } good && !(good.ExpiresAt <= now))
        {
            Admit(context, good.Caller);
            return null;
        }

        var generation = known.Generation;
        var key = await keys.FindApiKeyAsync(hash, context.RequestAborted).ConfigureAwait(false);
        if (key is null || !CryptographicOperations.FixedTimeEquals(key.Hash, hash) || key.RevokedAt is not null || key.ExpiresAt <= now)
        {
            return Invalid;
        }

        context.Features.Set(new KnownKey(key.Id));
        if (rule != CredentialsRule.RuntimeKey || kind is not (KeyKind.TestRuntime or KeyKind.LiveRuntime))
        {
            return WrongKind(rule);
        }

        if (key.SuspendedAt is not null)
        {
            return Suspended;
        }

        var caller = new Caller(new Scope(key.WorkspaceId, Words.Parse<Mode>(key.Mode)), key.Id);
        known.Remember(new KnownRuntimeKey(caller, hash, key.ExpiresAt), generation);
        Admit(context, caller);
        return null;
    }

    private void Admit(HttpContext context, Caller caller)
    {
        context.Features.Set(new KnownKey(caller.KeyId));
        keys.Used(KeyTable.Api, caller.Scope.WorkspaceId, caller.KeyId);
        context.Features.Set(caller);
    }

    private static Refusal WrongKind(CredentialsRule rule) => new(
        StatusCodes.Status403Forbidden, ErrorCodes.Forbidden,
        rule == CredentialsRule.RuntimeKey ? "This route takes a runtime key (lz_test_… or lz_live_…)." : "This route takes an admin key (lz_admin_…).");

    private static string? BearerToken(StringValues header)
    {
        const string scheme = "Bearer ";
        return header is [{ } value] && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && value.AsSpan(scheme.Length).Trim() is { IsEmpty: false } token
            ? token.ToString()
            : null;
    }
}
