using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Licenzy.AspNetCore.Gating;

/// <summary>Decides every gate of an endpoint at once. A gate that is not decided stays closed.</summary>
internal sealed class EntitlementHandler(EntitlementGate gate, IHttpContextAccessor accessor) : IAuthorizationHandler
{
    public async Task HandleAsync(AuthorizationHandlerContext context)
    {
        var gates = context.PendingRequirements.OfType<EntitlementRequirement>().ToList();
        if (gates.Count == 0)
            return;

        var call = context.Resource as HubInvocationContext;
        var http = context.Resource as HttpContext ?? call?.Context.GetHttpContext() ?? accessor.HttpContext;
        var ended = call?.Context.ConnectionAborted ?? http?.RequestAborted ?? CancellationToken.None;
        var decisions = await gate.DecideAsync(gates, context.User, http, ended);
        for (var i = 0; i < gates.Count; i++)
        {
            if (decisions[i].Allowed)
                context.Succeed(gates[i]);
        }

        // A connection's request serves many hub calls, at once too: no place for one call's decision.
        if (call is null)
            http?.Features.Set(decisions.FirstOrDefault(decision => !decision.Allowed) ?? decisions[^1]);
    }
}
