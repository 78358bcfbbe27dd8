namespace Lynceus.Cloud;

/// <summary>What was given to a statistic breaks a rule of it: not a number, below 0, columns that do not match. The message says what and where.</summary>
internal sealed class WrongDataException(string message) : Exception(message);
