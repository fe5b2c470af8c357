using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Stripe;

/// <summary>All SQL about who a subject is at Stripe.</summary>
internal static class StripeCustomerStore
{
    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    public static Task<string?> FindAsync(Session session, Scope scope, string subjectRef) =>
        session.FindAsync<string>(
            $"select stripe_customer_id from stripe_customers where {InScope} and subject_ref = @subjectRef",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef });

    /// <summary>The first customer stays: later purchases reuse it.</summary>
    public static Task AddAsync(Session session, Scope scope, string subjectRef, string customerId, DateTimeOffset at) =>
        session.ExecuteAsync(
            """
            insert into stripe_customers (workspace_id, mode, subject_ref, stripe_customer_id, created_at)
            values (@WorkspaceId, @mode, @subjectRef, @customerId, @at)
            on conflict (workspace_id, mode, subject_ref) do nothing
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, customerId, at = Instant.Millis(at) });

    /// <summary>Forgets a customer that Stripe no longer knows.</summary>
    public static Task ForgetAsync(Session session, Scope scope, string subjectRef) =>
        session.ExecuteAsync(
            $"delete from stripe_customers where {InScope} and subject_ref = @subjectRef",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef });

    /// <summary>Forgets this customer, unless the subject has another by now.</summary>
    public static Task ForgetAsync(Session session, Scope scope, string subjectRef, string customerId) =>
        session.ExecuteAsync(
            $"delete from stripe_customers where {InScope} and subject_ref = @subjectRef and stripe_customer_id = @customerId",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, customerId });

    /// <summary>Forgets every customer of a mode: they were another Stripe account's.</summary>
    public static Task ForgetAllAsync(Session session, Scope scope) =>
        session.ExecuteAsync(
            $"delete from stripe_customers where {InScope}", new { scope.WorkspaceId, mode = scope.Mode.ToWord() });
}
