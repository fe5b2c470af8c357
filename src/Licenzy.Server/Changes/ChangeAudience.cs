using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Changes;

/// <summary>Who may listen to changes: how many at once, and for how long.</summary>
internal sealed class ChangeAudience(Credentials credentials, IHostApplicationLifetime lifetime, IOptions<LicenzyServerOptions> options)
{
    /// <summary>The answer to one too many.</summary>
    public static readonly Refusal Full = Refusal.Unavailable("Too many listen to changes already. Try again in a moment, or share one connection.");

    private readonly LicenzyServerOptions.ChangesOptions _settings = options.Value.Changes;

    public TimeSpan Heartbeat => TimeSpan.FromSeconds(_settings.HeartbeatSeconds);

    public bool HasRoom(FeedReader feed, Scope scope) =>
        feed.Listeners <= 10 * _settings.Listeners && feed.ListenersOf(scope.WorkspaceId) <= _settings.Listeners;

    /// <summary>Canceled where the caller hangs up, or the server stops: it waits for nobody who only listens.</summary>
    public CancellationTokenSource UntilItLeaves(HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);

    /// <summary>Whether the key it came with is good still.</summary>
    public async Task<bool> MayStayAsync(HttpContext context) => await credentials.CheckAsync(context, CredentialsRule.RuntimeKey).ConfigureAwait(false) is null;
}
