using Licenzy.Access;
using Licenzy.Domain;
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

namespace Licenzy.Server.Access;

/// <summary>May this subject proceed? (CONTRACT §1)</summary>
internal static class AccessEndpoints
{
    private const string NoRight = "no_entitlement";

    public static void MapAccess(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/access/check", CheckAsync).WithSummary("May this subject proceed?").OutsideRateLimit().WithMinVersion()
            .AnsweringHeader(LicenzyHeaders.SubjectVersion, "The subject's version: it grows with every change.")
            .AnsweringHeader(LicenzyHeaders.Reason, "Why, as a word such as subscription_active.")
            .AnsweringHeader(LicenzyHeaders.NextChangeAt, "When the answer can flip by time alone; absent if never.");
        v1.MapGet("/customer/access/{subject_ref}", SummariseAsync).WithSummary("The decision with the rights behind it")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified).OutsideRateLimit().WithMinVersion();
        v1.MapGet("/customer/access", SummariseAsync).WithSummary("The decision with the rights behind it, the subject as ?subject_ref=")
            .Produces<CustomerAccessResponse>().Produces(StatusCodes.Status304NotModified).OutsideRateLimit().WithMinVersion();
    }

    private static async Task<JsonAnswer<CheckAccessResponse>> CheckAsync(
        Body<CheckAccessRequest> body, MinVersion wanted, Caller caller, SubjectReads subjects, Leeway leeway, Meters meters, TimeProvider clock, HttpContext context)
    {
        var subjectRef = body.Value.SubjectRef;
        new FieldErrors().Require(SubjectRef.IsValid(subjectRef), "subject_ref", SubjectRef.Rule).ThrowIfAny();

        var subject = await subjects.OfAsync(caller.Scope, subjectRef, wanted, context.RequestAborted).ConfigureAwait(false);
        var decision = AccessRules.Decide(subject.Rights, subject.Now(clock), leeway);

        var reason = decision.Reason?.ToWord() ?? NoRight;
        meters.Decided(decision.Allowed, reason);

        var headers = context.Response.Headers;
        headers[LicenzyHeaders.SubjectVersion] = subject.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[LicenzyHeaders.Reason] = reason;
        if (decision.FlipsAt is { } flip)
        {
            // A client counts from Date, which is real time whatever the rules' clock says.
            headers[LicenzyHeaders.NextChangeAt] = AccessMapping.HeaderTime(flip.AddMilliseconds(-subject.ClockOffset));
        }

        return new JsonAnswer<CheckAccessResponse>(new CheckAccessResponse { SubjectRef = subjectRef, Allowed = decision.Allowed });
    }

    private static async Task<IResult> SummariseAsync(
        SubjectRef subjectRef, MinVersion wanted, Caller caller, SubjectReads subjects, Leeway leeway, Meters meters, TimeProvider clock, HttpContext context)
    {
        var subject = await subjects.OfAsync(caller.Scope, subjectRef.Value, wanted, context.RequestAborted).ConfigureAwait(false);
        var now = subject.Now(clock);
        var access = AccessRules.Summarise(subject.Rights, now, leeway);
        meters.Decided(access.Decision.Allowed, access.Decision.Reason?.ToWord() ?? NoRight);
        var response = access.ToResponse(subjectRef.Value, subject.Version, now);
        // The instant of the question is no part of what is said.
        return EntityTag.IsKnown(context, new JsonAnswer<CustomerAccessResponse>(response with { DecidedAt = default }).ToBytes(""))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : new JsonAnswer<CustomerAccessResponse>(response);
    }
}
