namespace Licenzy.Cli.Verbs;

/// <summary>What was asked would do harm at this moment; the message says which, and how to have it all the same.</summary>
internal sealed class NotNowException(string message) : Exception(message);
