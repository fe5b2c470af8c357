using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Access;

/// <summary>May this subject proceed? (CONTRACT §1)</summary>
internal static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/access/check", CheckAsync).WithSummary("May this subject proceed?");
        v1.MapGet("/customer/access/{subject_ref}", SummariseAsync).WithSummary("The decision with the rights behind it")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified);
        v1.MapGet("/customer/access", SummariseAsync).WithSummary("The decision with the rights behind it, the subject as ?subject_ref=")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified);
    }

    private static async Task<JsonAnswer<CheckAccessResponse>> CheckAsync(
        Body<CheckAccessRequest> body, Caller caller, EntitlementStore store, Leeway leeway, TimeProvider clock, HttpContext context)
    {
        var subjectRef = body.Value.SubjectRef;
        new FieldErrors().Require(SubjectRef.IsValid(subjectRef), "subject_ref", SubjectRef.Rule).ThrowIfAny();

        var subject = await store.OfAsync(caller.Scope, subjectRef, context.RequestAborted).ConfigureAwait(false);
        var decision = AccessRules.Decide(subject.Rights, clock.GetUtcNow(), leeway);

        var headers = context.Response.Headers;
        headers[LicenzyHeaders.SubjectVersion] = subject.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[LicenzyHeaders.Reason] = decision.Reason?.ToWord() ?? "no_entitlement";
        if (decision.FlipsAt is { } flip)
        {
            headers[LicenzyHeaders.NextChangeAt] = AccessMapping.HeaderTime(flip);
        }

        return new JsonAnswer<CheckAccessResponse>(new CheckAccessResponse { SubjectRef = subjectRef, Allowed = decision.Allowed });
    }

    private static async Task<IResult> SummariseAsync(
        SubjectRef subjectRef, Caller caller, EntitlementStore store, Leeway leeway, TimeProvider clock, HttpContext context)
    {
        var subject = await store.OfAsync(caller.Scope, subjectRef.Value, context.RequestAborted).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var access = AccessRules.Summarise(subject.Rights, now, leeway);
        var response = access.ToResponse(subjectRef.Value, subject.Version, now);
        // The instant of the question is no part of what is said.
        return EntityTag.IsKnown(context, new JsonAnswer<CustomerAccessResponse>(response with { DecidedAt = default }).ToBytes(""))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : new JsonAnswer<CustomerAccessResponse>(response);
    }
}
