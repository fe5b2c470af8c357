namespace Licenzy.Cli.Verbs;

/// <summary>What was named is not there; the message says where else to look.</summary>
internal sealed class NotThereException(string message) : Exception(message);
