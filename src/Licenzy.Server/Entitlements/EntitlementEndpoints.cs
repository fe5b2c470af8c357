using System.Globalization;
using Licenzy.Access;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Entitlements;

/// <summary>Everything a subject holds and ever held, for account pages and support (CONTRACT §1).</summary>
internal sealed class EntitlementEndpoints(EntitlementPages pages, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        Described(v1.MapGet("/entitlements/{subject_ref}", AnswerAsync)).WithSummary("Every right of a subject, newest first");
        Described(v1.MapGet("/entitlements", AnswerAsync)).WithSummary("Every right of a subject, newest first, the subject as ?subject_ref=")
            .WithQuery("subject_ref", "the subject");
    }

    private static RouteHandlerBuilder Described(RouteHandlerBuilder route) => route
        .WithQuery("status", "only rights that have this status now").WithPaging().WithMinVersion()
        .Produces<SubjectEntitlementsResponse>().Produces(StatusCodes.Status304NotModified);

    // A page always comes from the database: it has every version that anybody was ever told of.
    private static Task<IResult> AnswerAsync(
        SubjectRef subjectRef, StatusFilter status, Paging paging, MinVersion _, Caller caller, EntitlementEndpoints entitlements, HttpContext context) =>
        entitlements.ListAsync(subjectRef.Value, status, paging, caller, context);

    private async Task<IResult> ListAsync(string subjectRef, StatusFilter status, Paging paging, Caller caller, HttpContext context)
    {
        var found = await pages.ReadAsync(caller.Scope, subjectRef, status, paging, clock, context.RequestAborted).ConfigureAwait(false);
        var page = paging.Page(found.Rights, right => right.View.Right.Id, right => right.View.ToResponse(subjectRef, right.UpdatedAt));
        var answer = new JsonAnswer<SubjectEntitlementsResponse>(new SubjectEntitlementsResponse
        {
            SubjectRef = subjectRef,
            Entitlements = page.Data,
            NextCursor = page.NextCursor,
        });

        context.Response.Headers[LicenzyHeaders.SubjectVersion] = found.Version.ToString(CultureInfo.InvariantCulture);
        return EntityTag.IsKnown(context, answer.ToBytes(""), $"{status.Value} {paging.Asked}") ? Results.StatusCode(StatusCodes.Status304NotModified) : answer;
    }
}
