using System.Reflection;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Licenzy.Server.Accounts;

/// <summary>Who calls <c>/v1</c>: a runtime key. The mode is the key's.</summary>
internal sealed record Caller(Scope Scope, string KeyId) : IBindableFromHttpContext<Caller>
{
    public string Actor => KeyId;

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(context.Features.GetRequiredFeature<Caller>());
}

/// <summary>Who calls <c>/portal</c>: an admin key or a signed-in operator, on one workspace of the account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="WorkspaceId">The workspace chosen by <c>X-Workspace</c>, or the account's first.</param>
/// <param name="Actor">The key's or operator's id, for the audit log.</param>
/// <param name="Name">The key's name or the operator's e-mail address.</param>
/// <param name="Session">The session, where an operator signed in with a cookie.</param>
internal sealed record PortalCaller(string AccountId, string WorkspaceId, string Actor, string Name, PortalSession? Session)
    : IBindableFromHttpContext<PortalCaller>
{
    public Scope In(Mode mode) => new(WorkspaceId, mode);

    public static ValueTask<PortalCaller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<PortalCaller?>(context.Features.GetRequiredFeature<PortalCaller>());
}

/// <summary>The half of the workspace a portal route is about: <c>?mode=test|live</c>, default test.</summary>
internal sealed record PortalMode(Mode Value) : IBindableFromHttpContext<PortalMode>
{
    public static ValueTask<PortalMode?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<PortalMode?>(new PortalMode(Stated(context) ?? Mode.Test));

    /// <summary>Whether <c>?mode=</c> leaves something out. An id needs none to be found by; where one is said, it holds.</summary>
    public static bool Excludes(HttpContext context, Mode mode) => Stated(context) is { } stated && stated != mode;

    private static Mode? Stated(HttpContext context) => context.Request.Query["mode"] switch
    {
        [] => null,
        [{ } word] when Words.Find<Mode>(word) is { } mode => mode,
        _ => throw new RefusedException(Refusal.InvalidRequest("mode", "must be test or live, once.")),
    };
}
