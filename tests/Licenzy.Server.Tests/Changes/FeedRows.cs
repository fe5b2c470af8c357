using Licenzy.Domain;
using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Changes by the thousand, in the feed alone.</summary>
internal static class FeedRows
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// So many changes of one mode in one transaction, versions <paramref name="first"/> and on, each of a subject with a name. The server has read them when this
    /// returns: who listens only then does not hear them as well.
    /// </summary>
    public static async Task AddAsync(LicenzyTestServer server, Scope scope, int times, int first = 1, string subject = "user")
    {
        var feed = server.Services.GetRequiredService<FeedReader>();
        var (left, read) = (times, new TaskCompletionSource());
        feed.Read += Count;
        await WriteAsync(server, scope, times, first, subject);
        await read.Task.WaitAsync(Patience);
        feed.Read -= Count;

        void Count(ChangeRow row)
        {
            if (row.WorkspaceId == scope.WorkspaceId && row.Mode == scope.Mode.ToWord() && row.SubjectRef == subject && --left == 0)
                read.SetResult();
        }
    }

    private static Task WriteAsync(LicenzyTestServer server, Scope scope, int times, int first, string subject) =>
        server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("update change_feed_head set position = position + @times where id = 1", new { times });
                await session.ExecuteAsync(
                    """
                    insert into change_feed (position, workspace_id, mode, subject_ref, version, at)
                    with recursive n(i) as (select 1 union all select i + 1 from n where i < @times)
                    select (select position from change_feed_head where id = 1) - @times + i, @WorkspaceId, @mode, @subject, @first + i - 1, @at from n
                    """,
                    new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subject, times, first, at = Instant.Millis(server.Services.GetRequiredService<TimeProvider>().GetUtcNow()) });
                session.Wake(ChangeFeed.Topic);
            },
            CancellationToken.None);
}
