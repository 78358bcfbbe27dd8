namespace Lynceus.Edge;
internal sealed partial class Spool { public long UsedBytes => 0; public long LimitBytes => 0; public IReadOnlyDictionary<string,long> GaveUp => new Dictionary<string,long>(); public int SetAsideCount => 0; }
