using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>How much of a budget is left for a claim. Pure.</summary>
internal static class BudgetRule
{
    /// <summary>While others are at work a look is taken to cost so many times what it is expected to: near the limit there is one claim at a time, so that no more than one claim's items can pass it.</summary>
    private const double Caution = 3;

    /// <param name="limit">A month's.</param>
    /// <param name="spent">Of this month.</param>
    /// <param name="each">What one look is expected to cost.</param>
    /// <param name="underWay">Looks of the project that are claimed and not ended.</param>
    /// <param name="most">What the worker would claim, 1 or more.</param>
    /// <returns>How many may be claimed; 0 if what is under way has to end first; null if nothing more may be begun.</returns>
    public static int? Affordable(double limit, double spent, double each, int underWay, int most)
    {
        var left = limit - spent;
        if (left <= 0 || each > left) return null;
        if (each <= 0) return most;
        var many = Math.Floor(left / (Caution * each)) - underWay;
        if (many >= 1) return (int)Math.Min(most, many);
        return underWay > 0 ? 0 : (int)Math.Min(most, Math.Floor(left / each));
    }

    /// <summary>The month of an instant, by UTC: <c>2026-11</c>.</summary>
    public static string Month(DateTime utc) => utc.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static string Next(DateTime utc) => new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>An amount for people: with as many digits as tell it from nothing.</summary>
    public static string Money(double amount, string currency) => string.Create(CultureInfo.InvariantCulture, $"{(amount is > 0 and < 0.1 ? amount.ToString("0.######", CultureInfo.InvariantCulture) : amount.ToString("0.00", CultureInfo.InvariantCulture))} {currency}");

    public static string Reached(string project, double limit, double spent, string currency, DateTime now)
        => $"budget: {Money(spent, currency)} of {Money(limit, currency)} are spent in {Month(now)}, and more would pass it; it goes on by itself on {Next(now)}, or with a higher limit (cloud budget set {project} AMOUNT)";
}
