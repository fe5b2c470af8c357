using System.Threading.Channels;
using Licenzy.Domain;

namespace Licenzy.Server.Changes;

/// <summary>Somebody who hears of one mode's changes. Who does not keep up is let go, and can come back with the position it got to.</summary>
internal sealed class Listener(Scope scope, Action<Listener> leave) : IDisposable
{
    private const int MostWaiting = 1000;

    private readonly Channel<ChangeRow> _heard = Channel.CreateBounded<ChangeRow>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly string _mode = scope.Mode.ToWord();

    public Scope Scope => scope;

    /// <summary>What was heard; it ends where the listener is let go.</summary>
    public ChannelReader<ChangeRow> Heard => _heard.Reader;

    public void Hear(ChangeRow row)
    {
        if (row.About is null && row.WorkspaceId == scope.WorkspaceId && row.Mode == _mode && !_heard.Writer.TryWrite(row))
            _heard.Writer.TryComplete();
    }

    /// <summary>Ends it: whoever comes back is told to begin anew, or goes on.</summary>
    public void LetGo() => _heard.Writer.TryComplete();

    public void Dispose() => leave(this);
}
