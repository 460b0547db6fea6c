# usage: gnuplot -c bench/node/plot.gp FOLDER      reads FOLDER/node.dat, writes FOLDER/node.svg
set terminal svg size 1060,560 background rgb "white" noenhanced font "sans,13"
set output ARG1."/node.svg"
set title "From one Node process to another, each message checked (MessagePort: threads)"
set logscale y
set ylabel "million messages a second"
set yrange [0.01:100]
set grid ytics mytics lc rgb "#dddddd"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set xtics rotate by -20 nomirror
set rmargin 22
set key outside top center horizontal
plot ARG1."/node.dat" using 2:xtic(1) title "8 bytes" lc rgb "#1b6ca8", \
     "" using 3 title "64 bytes" lc rgb "#e08e0b", \
     "" using 4 title "1024 bytes" lc rgb "#5a9e6f"
