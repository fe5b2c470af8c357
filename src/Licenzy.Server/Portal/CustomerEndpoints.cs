using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Customers: who there is, and why one may proceed or may not (CONTRACT §2).</summary>
internal sealed class CustomerEndpoints(Db db, Leeway leeway, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/customers", (CustomerSearch search, PortalMode mode, PortalCaller caller, CustomerEndpoints customers, HttpContext context) =>
                customers.ListAsync(search, caller.In(mode.Value), context))
            .WithSummary("Customers of a mode, newest first; one of them by ?subject_ref=")
            .WithQuery("query", "the beginning of a subject, or a whole id: of a Stripe customer, subscription, session or payment, or of an attempt")
            .WithQuery("subject_ref", "one subject, where a path cannot hold it: the answer is that of /portal/customers/{subject_ref}")
            .WithPaging().WithMode()
            .Produces<Page<CustomerSummary>>()
            .RefusingUnknown();
        portal.MapGet("/customers/{subject_ref}", (SubjectRef subjectRef, PortalMode mode, PortalCaller caller, CustomerEndpoints customers, HttpContext context) =>
                customers.ShowAsync(subjectRef.Value, caller.In(mode.Value), context.RequestAborted))
            .WithSummary("Why a customer may proceed or may not, and what came before")
            .WithMode()
            .Produces<CustomerResponse>()
            .RefusingUnknown();
    }

    private async Task<IResult> ListAsync(CustomerSearch search, Scope scope, HttpContext context)
    {
        if (SubjectRef.IsQueried(context))
        {
            return await ShowAsync(SubjectRef.Of(context).Value, scope, context.RequestAborted).ConfigureAwait(false);
        }

        var found = await db.ReadAsync(session => CustomerStore.ListAsync(session, scope, search, search.Limit + 1), context.RequestAborted).ConfigureAwait(false);
        return new JsonAnswer<Page<CustomerSummary>>(new Page<CustomerSummary>
        {
            Data = [.. found.Take(search.Limit).Select(customer => customer.ToSummary(customer.Customer.Now(clock), leeway))],
            NextCursor = found.Count > search.Limit && found[search.Limit - 1].Customer is var last ? new CustomerPlace(last.CreatedAt, last.SubjectRef).ToCursor() : null,
        });
    }

    private async Task<IResult> ShowAsync(string subjectRef, Scope scope, CancellationToken cancellationToken)
    {
        var (found, past) = await db.ReadAsync(session => ReadAsync(session, scope, subjectRef), cancellationToken).ConfigureAwait(false);
        return found is null ? Refusal.NotFound : new JsonAnswer<CustomerResponse>(found.ToResponse(past!, found.Customer.Now(clock), leeway));
    }

    private static async Task<(CustomerFound? Found, CustomerPast? Past)> ReadAsync(Session session, Scope scope, string subjectRef)
    {
        const int enough = CustomerMapping.SectionLength + 1;
        if (await CustomerStore.FindAsync(session, scope, subjectRef).ConfigureAwait(false) is not { } found)
        {
            return (null, null);
        }

        return (found, new CustomerPast(
            await CustomerHistoryStore.ChangesAsync(session, scope, subjectRef, found.Customer.Version, enough).ConfigureAwait(false),
            await CustomerHistoryStore.AttemptsAsync(session, scope, subjectRef, enough).ConfigureAwait(false),
            await CustomerHistoryStore.UsageAsync(session, scope, subjectRef, found.Customer.Version, enough).ConfigureAwait(false),
            await DeliveryList.PageAsync(session, scope, new DeliveryFilter { SubjectRef = subjectRef }, before: null, enough).ConfigureAwait(false)));
    }
}
