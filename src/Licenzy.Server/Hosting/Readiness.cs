namespace Licenzy.Server.Hosting;

/// <summary>Whether the server has started; readiness also asks the database.</summary>
internal sealed class Readiness
{
    public bool IsStarted { get; set; }
}
