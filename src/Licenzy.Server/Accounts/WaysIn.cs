using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>An account keeps a way in: whoever removes the last one could never undo it.</summary>
internal static class WaysIn
{
    /// <summary>Refuses, and with it undoes, what left neither an operator nor an admin key.</summary>
    public static async Task RequireAsync(Session session, string accountId)
    {
        if (!await WorkspaceStore.HasWayInAsync(session, accountId).ConfigureAwait(false))
        {
            throw new RefusedException(Refusal.Conflict(
                ErrorCodes.LastWayIn, "This is the last operator or admin key: without it nobody could come in. Make another one first."));
        }
    }
}
