namespace Lynceus.Cloud;

/// <summary>
/// Six medians of remainders, as the published program for STL takes them. It asks a partial sort (Singleton 1969, CACM algorithm 347) for both middle ranks in falling order,
/// which looks only where the search for one of them leads: of an even number of values the other middle one may be another from its side. Sixteen rounds of weights carry that far,
/// so whoever wants the published numbers must do the same. Of an odd number it is six times the median.
/// </summary>
internal static class StlMedian
{
    private const int SortedOutright = 10;

    public static double Six(IEnumerable<double> remainders)
    {
        var a = remainders.ToArray();
        var (upper, lower) = (a.Length / 2, a.Length - a.Length / 2 - 1);
        var (low, high) = (0, a.Length - 1);
        while (low < high)
        {
            if (high - low <= SortedOutright && low > 0)
            {
                Array.Sort(a, low, high - low + 1);
                break;
            }
            var (endOfLeft, startOfRight) = Partition(a, low, high);
            var leftIsSmaller = endOfLeft - low <= high - startOfRight;
            if (leftIsSmaller ? lower <= endOfLeft : upper < startOfRight) high = endOfLeft;
            else low = startOfRight;
        }
        return 3 * (a[upper] + a[lower]);
    }

    /// <summary>Around the median of the first, middle and last: at most it to the left, at least it to the right.</summary>
    private static (int EndOfLeft, int StartOfRight) Partition(double[] a, int low, int high)
    {
        var middle = (low + high + 2) / 2 - 1; // as if counted from 1
        if (a[low] > a[middle]) (a[low], a[middle]) = (a[middle], a[low]);
        if (a[high] < a[middle])
        {
            (a[high], a[middle]) = (a[middle], a[high]);
            if (a[low] > a[middle]) (a[low], a[middle]) = (a[middle], a[low]);
        }
        var (pivot, left, right) = (a[middle], low, high);
        while (true)
        {
            do right--; while (a[right] > pivot);
            do left++; while (a[left] < pivot);
            if (left > right) return (right, left);
            (a[left], a[right]) = (a[right], a[left]);
        }
    }
}
