// AssemblyScript: sums its arguments, prints the sum and ends with 9.
let sum = 0;
for (let i = 1; i < process.argv.length; i++) {
  sum += I32.parseInt(process.argv[i]);
}
console.log("sum " + sum.toString());
process.exit(9);
