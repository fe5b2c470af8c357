using System.Reflection;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Entitlements;

/// <summary><c>?status=</c> of a list of rights: the status they have at the instant of the question; every one where absent.</summary>
internal sealed record StatusFilter(EntitlementStatus? Value) : IBindableFromHttpContext<StatusFilter>
{
    public static ValueTask<StatusFilter?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<StatusFilter?>(new StatusFilter(context.Request.Query["status"] switch
        {
            [] => null,
            [{ } word] when Words.Find<EntitlementStatus>(word) is { } status => status,
            _ => throw new RefusedException(Refusal.InvalidRequest("status", $"must be one of: {Words.List<EntitlementStatus>()}; once.")),
        }));

    public bool Takes(EntitlementStatus status) => Value is null || Value == status;
}
