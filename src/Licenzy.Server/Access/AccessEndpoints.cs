using Licenzy.Access;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Access;

/// <summary>May this subject proceed? (CONTRACT §1)</summary>
internal static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/access/check", CheckAsync).WithSummary("May this subject proceed?").OutsideRateLimit().WithMinVersion()
            .WithMetadata(new QuickWay(services => services.GetRequiredService<QuickCheck>().TryRun))
            .AnsweringHeader(LicenzyHeaders.SubjectVersion, "The subject's version: it grows with every change.")
            .AnsweringHeader(LicenzyHeaders.Reason, "Why, as a word such as subscription_active.")
            .AnsweringHeader(LicenzyHeaders.NextChangeAt, "When the answer can flip by time alone; absent if never.");
        v1.MapGet("/customer/access/{subject_ref}", SummariseAsync).WithSummary("The decision with the rights behind it")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified).OutsideRateLimit().WithMinVersion();
        v1.MapGet("/customer/access", SummariseAsync).WithSummary("The decision with the rights behind it, the subject as ?subject_ref=")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified).OutsideRateLimit().WithMinVersion();
    }

    private static async Task<JsonAnswer<CheckAccessResponse>> CheckAsync(
        Body<CheckAccessRequest> body, MinVersion wanted, Caller caller, SubjectReads subjects, Meters meters, HttpContext context)
    {
        var subjectRef = body.Value.SubjectRef;
        new FieldErrors().Require(SubjectRef.IsValid(subjectRef), "subject_ref", SubjectRef.Rule).ThrowIfAny();

        var decided = await subjects.DecideAsync(caller.Scope, subjectRef, wanted, context.RequestAborted).ConfigureAwait(false);
        meters.Decided(decided.Allowed, AccessMapping.WordOf(decided.Reason));
        decided.WriteHeaders(context.Response.Headers);
        return new JsonAnswer<CheckAccessResponse>(new CheckAccessResponse { SubjectRef = subjectRef, Allowed = decided.Allowed });
    }

    private static async Task<IResult> SummariseAsync(
        SubjectRef subjectRef, MinVersion _, Caller caller, SubjectReads subjects, Leeway leeway, Meters meters, TimeProvider clock, HttpContext context)
    {
        var subject = await subjects.OfAsync(caller.Scope, subjectRef.Value, context.RequestAborted).ConfigureAwait(false);
        var now = subject.Now(clock);
        var access = AccessRules.Summarise(subject.Rights, now, leeway);
        meters.Decided(access.Decision.Allowed, AccessMapping.WordOf(access.Decision.Reason));
        var response = access.ToResponse(subjectRef.Value, subject.Version, now);
        // Read from the database, so that every version that was ever answered is met. The instant of the question is no part of what is said.
        return EntityTag.IsKnown(context, new JsonAnswer<CustomerAccessResponse>(response with { DecidedAt = default }).ToBytes(""))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : new JsonAnswer<CustomerAccessResponse>(response);
    }
}
