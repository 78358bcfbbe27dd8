namespace Lynceus.Cloud;

/// <summary>A statistic that refuses to speak: there is too little for it to be true. The message says how much there is and how much is needed.</summary>
internal sealed class TooLittleDataException(string message) : Exception(message);
